// Snel weg. Nothing may be left on the device or on the screen, whether or not the server or the next site answers.
(() => {
  const presses = { needed: 3, within: 5000 };
  const here = "here";
  let count = 0;
  let timer = 0;

  const takesPart = () => document.getElementById("stroom");
  const overTls = location.protocol === "https:" ? "; Secure" : ""; // without it a browser keeps what is called __Host-
  const ownCookies = () => document.cookie.split("; ").filter(Boolean);

  const looseHalf = () => ownCookies().find((cookie) => /^(__Host-)?deelnemen-los=/.test(cookie))?.split("=")[1] ?? "";

  // The loose half of the token goes along in the post: its cookie is gone before the browser sends it.
  function tell(address) {
    navigator.sendBeacon?.(address, new URLSearchParams({ stil: "1", los: looseHalf() }));
  }

  function leave() {
    if (window !== parent) return location.replace("about:blank"); // a rehearsal: the desk around it stays
    const form = document.querySelector("form[data-exit]");
    tell(form?.getAttribute("action") ?? "/vertrek");
    kompas.store.wipe();
    for (const cookie of ownCookies()) document.cookie = `${cookie.split("=")[0]}=; Max-Age=0; Path=/${overTls}`;
    document.title = "";
    document.body.replaceChildren();
    location.replace(form?.dataset.exit || "about:blank");
  }

  document.addEventListener(
    "submit",
    (event) => {
      if (!event.target.matches("form[data-exit]")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      leave();
    },
    true,
  );

  // Three times Shift and nothing else: who types capitals or changes the layout of the keyboard stays.
  document.addEventListener("keydown", (event) => {
    clearTimeout(timer);
    if (event.key !== "Shift" || event.altKey || event.ctrlKey || event.metaKey) count = 0;
    else if (!event.repeat) count += 1;
    if (count >= presses.needed && document.querySelector("form[data-exit]")) leave();
    else timer = setTimeout(() => (count = 0), presses.within);
  });

  // A browser may keep a page in memory and show it again at Back, without asking us. Such a page hides itself as it
  // goes, and comes back only when this tab still remembers that somebody takes part: Snel weg has wiped that.
  window.addEventListener("pagehide", (event) => {
    if (event.persisted && takesPart()) document.documentElement.hidden = true;
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted || !document.documentElement.hidden) return;
    if (kompas.store.tab.read(here)) document.documentElement.hidden = false;
    else location.reload();
  });
  kompas.store.claim(looseHalf());
  document.addEventListener("DOMContentLoaded", () => takesPart() && kompas.store.tab.write(here, true));
})();
