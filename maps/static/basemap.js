/*
 * What lies under the parcels, where the project asks for it: tiles, or one picture. Tiles of providers that
 * shift their maps (GCJ-02) are moved back for display; nothing is ever measured on them.
 */
(function (zd) {
  "use strict";

  /* The ellipsoid and eccentricity with which the shift is defined. */
  const AXIS = 6378245;
  const ECCENTRICITY2 = 0.006693421622965943;
  const RADIANS = Math.PI / 180;

  function wave(x, parts) {
    return parts.reduce((sum, [weight, length]) => sum + weight * Math.sin((x * Math.PI) / length), 0);
  }

  /** Degrees of longitude and latitude by which GCJ-02 differs from WGS 84 at a place. */
  function shift(lng, lat) {
    const [x, y] = [lng - 105, lat - 35];
    const root = Math.sqrt(Math.abs(x));
    const common = (wave(x, [[20, 1 / 6], [20, 1 / 2]]) * 2) / 3;
    const north =
      -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common +
      (wave(y, [[20, 1], [40, 3]]) * 2) / 3 +
      (wave(y, [[160, 12], [320, 30]]) * 2) / 3;
    const east =
      300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common +
      (wave(x, [[20, 1], [40, 3]]) * 2) / 3 +
      (wave(x, [[150, 12], [300, 30]]) * 2) / 3;
    const sine = Math.sin(lat * RADIANS);
    const w = 1 - ECCENTRICITY2 * sine * sine;
    const meridian = (AXIS * (1 - ECCENTRICITY2)) / (w * Math.sqrt(w));
    const parallel = (AXIS / Math.sqrt(w)) * Math.cos(lat * RADIANS);
    return { lng: east / parallel / RADIANS, lat: north / meridian / RADIANS };
  }

  /** Tiles that are drawn as though the map stood where their provider says that it stands. */
  function shiftedTiles(url, options) {
    const { TileLayer, latLng } = window.L;
    const there = (at) => {
      const by = shift(at.lng, at.lat);
      return latLng(at.lat + by.lat, at.lng + by.lng);
    };
    const Shifted = TileLayer.extend({
      _getTiledPixelBounds(center) {
        return TileLayer.prototype._getTiledPixelBounds.call(this, there(center));
      },
      _setZoomTransform(level, center, zoom) {
        TileLayer.prototype._setZoomTransform.call(this, level, there(center), zoom);
      },
    });
    return new Shifted(url, options);
  }

  /* A picture of one clear point, where there is no tile. */
  const NOTHING = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

  /** Tiles that stand in the page: each is given an address in memory when it is first asked for. */
  function ownTiles(basemap, options) {
    const made = new Map();
    const layer = basemap.shifted ? shiftedTiles("", options) : window.L.tileLayer("", options);
    layer.getTileUrl = (at) => {
      const key = `${layer._getZoomForUrl()}/${at.x}/${at.y}`;
      if (!Object.hasOwn(basemap.tiles, key)) {
        return NOTHING;
      }
      if (!made.has(key)) {
        const [type, part] = basemap.tiles[key];
        made.set(key, URL.createObjectURL(new Blob([basemap.part(part)], { type })));
      }
      return made.get(key);
    };
    return layer;
  }

  function install(map, model, onFailure) {
    const { basemap } = model.page;
    if (!basemap) {
      return;
    }
    const { L } = window;
    const options = { maxNativeZoom: basemap.maxZoom, maxZoom: 22, referrerPolicy: "origin" };
    const layers = (Object.keys(basemap.tiles).length ? [null] : basemap.urls).map((url) => {
      if (url === null) {
        return ownTiles(basemap, options);
      }
      if (basemap.bounds) {
        const [west, south, east, north] = basemap.bounds;
        return L.imageOverlay(url, [[south, west], [north, east]], { pane: "tilePane", alt: "" });
      }
      return basemap.shifted ? shiftedTiles(url, options) : L.tileLayer(url, options);
    });
    let failed = false;
    for (const layer of layers) {
      layer.on("tileerror error", () => {
        if (!failed) {
          failed = true;
          onFailure();
        }
      });
    }
    const draw = () => {
      for (const layer of layers) {
        if (model.drawn.basemap) {
          layer.addTo(map);
        } else {
          layer.remove();
        }
      }
    };
    model.on("context", draw);
    draw();
  }

  zd.basemap = { install, shift };
})((window.zongdi = window.zongdi || {}));
