/*
 * What the search looks for: a text anywhere, or the first letters of the readings of Chinese characters.
 * A character of several readings answers to each of them.
 */
(function (zd) {
  "use strict";

  /** Letters by character, from the lines of characters by letter that the page carries. */
  function readings(lines) {
    const letters = new Map();
    for (const [letter, characters] of Object.entries(lines)) {
      for (const character of characters) {
        letters.set(character, (letters.get(character) || "") + letter);
      }
    }
    return letters;
  }

  const isPlain = (character) => /[a-z0-9]/.test(character);

  /** Whether `text` holds characters of which the readings begin with `letters`, one after the other. */
  function spells(text, letters, known) {
    const characters = Array.from(text.toLowerCase());
    for (let start = 0; start < characters.length; start += 1) {
      let at = 0;
      let chinese = false;
      for (let i = start; i < characters.length && at < letters.length; i += 1) {
        const character = characters[i];
        const own = known.get(character);
        if (own) {
          if (!own.includes(letters[at])) {
            break;
          }
          chinese = true;
          at += 1;
        } else if (isPlain(character)) {
          if (character !== letters[at]) {
            break;
          }
          at += 1;
        } else if (at === 0) {
          break;
        }
      }
      if (at === letters.length && chinese) {
        return true;
      }
    }
    return false;
  }

  /** A test of texts for `query`, in lower case; `known` gives initials, null leaves them out. */
  function finder(query, known) {
    const spelt = known && /^[a-z0-9]{2,}$/.test(query) && /[a-z]/.test(query);
    return (text) =>
      text.toLowerCase().includes(query) || Boolean(spelt && spells(text, query, known));
  }

  zd.search = { readings, spells, finder };
})((window.zongdi = window.zongdi || {}));
