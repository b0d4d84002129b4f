// The big screen stays awake, and fills its display with a button or the key F. The preview on the desk does neither.
(() => {
  const root = document.documentElement;
  if (!root.classList.contains("kl-screen") || window.top !== window) return;

  const pointingSeconds = 3;
  let pointing = 0;

  // Where the page is not safe enough for it (a LAN without TLS), the screen sleeps as its computer says.
  async function stayAwake() {
    if (document.visibilityState !== "visible") return;
    try {
      await navigator.wakeLock?.request("screen");
    } catch {
      // A battery that is nearly empty refuses too.
    }
  }

  async function fill() {
    try {
      await (document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen());
    } catch {
      // Some browsers want their own key (F11).
    }
  }

  // The button is there for a hand that looks for it, and not for the room.
  function point() {
    root.classList.add("is-pointing");
    clearTimeout(pointing);
    pointing = setTimeout(() => root.classList.remove("is-pointing"), 1000 * pointingSeconds);
  }

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-full]");
    if (button) button.hidden = !document.fullscreenEnabled;
  });
  document.addEventListener("click", ({ target }) => target.closest("[data-full]") && fill());
  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
    if (plain && event.key.toLowerCase() === "f") fill();
  });
  for (const move of ["pointermove", "pointerdown"]) document.addEventListener(move, point);
  document.addEventListener("visibilitychange", stayAwake);
  stayAwake();
})();
