// On a touch screen the large card follows the finger: to the right it is shown, to the left it is not. It presses the button
// of that name beside it, and does what that does: a question is asked here too.
(() => {
  const far = 96;
  const begun = 12;
  const coarse = matchMedia("(pointer: coarse)");
  let swipe = null;

  const buttonOf = ({ card, by }) => card.querySelector(`[data-key="${by > 0 ? "j" : "n"}"]`);

  function follow() {
    const { card, by } = swipe;
    card.style.translate = `${by}px`;
    card.dataset.swipe = buttonOf(swipe).textContent.trim();
    card.dataset.to = by > 0 ? "right" : "left";
    card.toggleAttribute("data-far", Math.abs(by) >= far);
  }

  function letGo() {
    const { card } = swipe;
    card.style.translate = "";
    for (const name of ["data-swipe", "data-to", "data-far"]) card.removeAttribute(name);
    swipe = null;
  }

  document.addEventListener("pointerdown", ({ target, pointerType, isPrimary, pointerId, clientX, clientY }) => {
    const card = target.closest?.("[data-reading] > [aria-current]");
    if (!card || !isPrimary || pointerType === "mouse" || !coarse.matches || target.closest("button, summary")) return;
    swipe = { card, id: pointerId, x: clientX, y: clientY, by: 0 };
  });

  document.addEventListener("pointermove", ({ pointerId, clientX, clientY }) => {
    if (swipe?.id !== pointerId) return;
    const across = clientX - swipe.x;
    if (!swipe.by && Math.abs(across) < begun) return;
    if (!swipe.by && Math.abs(clientY - swipe.y) > Math.abs(across)) {
      swipe = null;
      return;
    }
    swipe.by = across || 1;
    follow();
  });

  document.addEventListener("pointerup", ({ pointerId }) => {
    if (swipe?.id !== pointerId) return;
    const button = Math.abs(swipe.by) >= far && swipe.card.isConnected ? buttonOf(swipe) : null;
    letGo();
    button?.click();
  });

  document.addEventListener("pointercancel", ({ pointerId }) => swipe?.id === pointerId && letGo());
})();
