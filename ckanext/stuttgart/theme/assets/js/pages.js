// Copying texts, previews that load when they come into view, maps. Without JavaScript links and tables do the same.
"use strict";

(() => {
  const copyButtons = (root) => {
    if (!navigator.clipboard) return;
    for (const button of root.querySelectorAll("[data-st-copy][hidden]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.stCopy).textContent.trim());
        const words = button.querySelector("span");
        words.setAttribute("role", "status");
        words.textContent = button.dataset.stDone;
      });
    }
  };

  const load = (tag, attributes) =>
    new Promise((resolve, reject) => {
      const element = Object.assign(document.createElement(tag), attributes, { onload: resolve, onerror: reject });
      document.head.append(element);
    });

  const facts = (properties) => {
    const list = document.createElement("dl");
    for (const [name, value] of Object.entries(properties || {})) {
      if (value === null || value === "") continue;
      const [term, text] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = name;
      text.textContent = typeof value === "object" ? JSON.stringify(value) : String(value);
      list.append(term, text);
    }
    return list;
  };

  const draw = async (frame) => {
    const { dataset } = frame;
    try {
      if (!window.L) {
        await load("link", { rel: "stylesheet", href: dataset.stLeafletCss });
        await load("script", { src: dataset.stLeaflet });
      }
      const answer = await fetch(dataset.stMap);
      if (!answer.ok) throw new Error(answer.statusText);
      const data = await answer.json();
      frame.hidden = false;
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      const map = L.map(frame, { renderer: L.svg({ padding: 0 }), zoomControl: false, attributionControl: false, scrollWheelZoom: false, zoomAnimation: !still, fadeAnimation: !still, maxZoom: 19 });
      frame.setAttribute("role", "application");
      frame.setAttribute("aria-label", dataset.stLabel);
      L.control.zoom({ zoomOutText: "–", zoomInTitle: dataset.stZoomIn, zoomOutTitle: dataset.stZoomOut }).addTo(map);
      if (dataset.stTiles) {
        L.control.attribution({ prefix: false }).addTo(map);
        const source = document.createElement("span");
        source.textContent = dataset.stAttribution || "";
        L.tileLayer(dataset.stTiles, { attribution: source.innerHTML, maxZoom: 19 }).addTo(map);
      }
      const layer = L.geoJSON(data, {
        pointToLayer: (_, place) => L.circleMarker(place, { radius: 6, weight: 2, fillOpacity: 0.5 }),
        style: () => ({ weight: 2, fillOpacity: 0.2 }),
        onEachFeature: (feature, shape) => shape.bindPopup(() => facts(feature.properties)),
      }).addTo(map);
      map.fitBounds(layer.getBounds(), { padding: [20, 20], maxZoom: 16 });
    } catch (error) {
      frame.hidden = false;
      frame.classList.remove("st-map-frame");
      frame.textContent = dataset.stFailed;
    }
  };

  const whenSeen = (elements, action) => {
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        seen.unobserve(entry.target);
        action(entry.target);
      }
    }, { rootMargin: "200px" });
    for (const element of elements) seen.observe(element);
  };

  const maps = (root) => {
    const frames = root.querySelectorAll("[data-st-map][hidden]");
    for (const frame of frames) frame.hidden = false; // a hidden frame never comes into view
    whenSeen(frames, draw);
  };

  const pieces = (root) =>
    whenSeen(root.querySelectorAll("[data-st-load]"), async (place) => {
      const answer = await fetch(place.dataset.stLoad);
      if (!answer.ok) return;
      place.innerHTML = await answer.text();
      maps(place);
    });

  copyButtons(document);
  maps(document);
  pieces(document);
})();
