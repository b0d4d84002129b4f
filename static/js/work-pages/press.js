// A button of the desk may be another one when it is pressed again: the place where it was pressed hears nothing until the
// answer has come, and for a moment after that. Without scripts the server finds out by what the button was drawn with.
(() => {
  const moment = 400;
  const longest = 5000; // without an answer people must be able to try again
  const near = 24;
  const isDeed = "button:not([type=button])";
  let pressed = { form: null, request: null, until: 0 };

  // A key has no place: there it is the button that has the focus, or that was redrawn.
  const byKey = (event) => event.detail === 0;

  function isSame(event, button) {
    if (byKey(event) !== pressed.byKey) return false;
    if (pressed.byKey) return button === pressed.button || !pressed.button.isConnected;
    return Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < near;
  }

  // Whether a press anywhere is heard.
  kompas.hears = () => performance.now() >= pressed.until;

  document.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest?.(isDeed);
      const form = button?.form;
      if (!form?.hasAttribute("hx-post")) return;
      if (!kompas.hears() && isSame(event, button)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      const until = performance.now() + moment;
      pressed = { button, form, request: null, until, byKey: byKey(event), x: event.clientX, y: event.clientY };
    },
    true,
  );

  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (ctx.sourceElement !== pressed.form) return;
    pressed.request = ctx;
    pressed.until = performance.now() + longest;
  });

  // On the window: htmx reports on the document when the form has left the page meanwhile, and then says that another
  // element asked.
  window.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
    if (ctx === pressed.request) pressed.until = performance.now() + moment;
  });
})();
