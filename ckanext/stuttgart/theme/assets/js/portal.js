// What the portal adds where JavaScript runs; every page works without it.
"use strict";

// An open menu of the account closes with Escape and with a click elsewhere, as people expect of menus.
(() => {
  const opened = () => document.querySelector("details.st-account[open]");
  document.addEventListener("keydown", (event) => {
    const menu = opened();
    if (event.key === "Escape" && menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    const menu = opened();
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
})();
