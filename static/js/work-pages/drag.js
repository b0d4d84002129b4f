// Dragging with mouse, pen or finger. `take` gives what is dragged by this pointer, or null; `follow`, `drop` and `cancel`
// get it with the event. Only one thing is dragged at a time, and Escape lets go of it.
kompas.drag = ({ take, follow, drop, cancel, from = 0 }) => {
  let held = null;

  const isOurs = (event) => event.pointerId === held?.pointer;

  function begin(event) {
    if (held || event.button > 0) return;
    const what = take(event);
    if (what) held = { what, pointer: event.pointerId, x: event.clientX, y: event.clientY, moves: from === 0 };
  }

  function move(event) {
    if (!isOurs(event)) return;
    held.moves ||= Math.hypot(event.clientX - held.x, event.clientY - held.y) >= from;
    if (!held.moves) return;
    const edge = 64;
    const stands = follow(held.what, event);
    if (stands) return;
    if (event.clientY < edge) scrollBy(0, -12);
    else if (event.clientY > innerHeight - edge) scrollBy(0, 12);
  }

  function letGo(event) {
    if (!isOurs(event)) return;
    const { what, moves } = held;
    held = null;
    if (moves) drop(what, event);
  }

  function stop(event) {
    if (!held || (event.type === "keydown" ? event.key !== "Escape" : !isOurs(event))) return;
    const { what, moves } = held;
    held = null;
    if (moves) cancel(what);
  }

  document.addEventListener("pointerdown", begin);
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", letGo);
  document.addEventListener("pointercancel", stop);
  document.addEventListener("keydown", stop);
};
