// On iOS the keyboard lies over the page instead of making it smaller: Hulp and Snel weg go up with it. Other browsers
// are asked to make the page smaller (interactive-widget in _base.html).
(() => {
  const view = window.visualViewport;

  function lift() {
    const covered = document.documentElement.clientHeight - view.height - view.offsetTop;
    const zoomed = view.scale > 1.01; // whoever enlarges the page moves it themselves
    document.documentElement.style.setProperty("--kl-keyboard", `${zoomed ? 0 : Math.max(0, Math.round(covered))}px`);
  }

  for (const change of ["resize", "scroll"]) view?.addEventListener(change, lift);
})();
