/*
 * Unpacks the page's own script and runs it. The policy of the page names that script by its hash, as it does
 * this one: anything else that were put in its place would be refused.
 */
(function (zd) {
  "use strict";

  const DAMAGED =
    "本页数据不完整，无法读取：请重新获取此文件。 The data of this page are incomplete: please get the file again.";

  async function unpack(map) {
    const node = document.getElementById("zd-code");
    const bytes = Uint8Array.from(atob(node.textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    const script = document.createElement("script");
    script.textContent = await new Response(stream).text();
    node.remove();
    document.head.append(script);
    /* The script has put its own start in the place of this one. */
    zd.start(map);
  }

  /* Rounds and turns of a round: some 20 seconds in all, if they are needed. */
  const ROUNDS = 4000;
  const TURNS = 2e6;

  /**
   * A browser that prints by itself has a clock of its own, which runs on whenever the page has nothing to do:
   * while another thread unpacks, it would be over before the page is drawn. So the page keeps it busy.
   */
  function stayBusy(round) {
    if (document.documentElement.dataset.ready || round > ROUNDS) {
      return;
    }
    let turns = 0;
    while (turns < TURNS) {
      turns += 1;
    }
    setTimeout(() => stayBusy(round + 1), 10);
  }

  if (window.location.hash.startsWith("#paper=")) {
    stayBusy(0);
  }

  zd.start = (map) => {
    /* A browser that lacks these goes on showing the sentence that says so. */
    if (typeof DecompressionStream === "undefined" || !Object.hasOwn) {
      return;
    }
    unpack(map).catch((error) => {
      const trouble = document.getElementById("zd-trouble");
      trouble.textContent = DAMAGED;
      trouble.hidden = false;
      throw error;
    });
  };
})((window.zongdi = window.zongdi || {}));
