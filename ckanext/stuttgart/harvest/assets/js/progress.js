// While a run goes on its page is read again every few seconds; without JavaScript a link does the same.
"use strict";

(() => {
  const WAIT = 3000;
  const part = document.getElementById("st-progress");
  if (!part) return;
  const again = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("st-progress");
      if (answer.ok && !fresh) return location.reload();
      if (fresh) part.replaceChildren(...fresh.childNodes);
    } catch {
      // The portal is busy or away for a moment: asked again below.
    }
    setTimeout(again, WAIT);
  };
  setTimeout(again, WAIT);
})();
