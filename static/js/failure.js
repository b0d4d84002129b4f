// A request that fails says so in plain words. Only blocks that the server meant for this page are ever put in it.
(() => {
  // A whole page that says no: what was on its way here is not stored.
  if (document.querySelector("[data-refused]")) kompas.store.tab.write("refused", true);

  const waits = (ctx) => ctx.sourceElement?.matches?.("form[data-contribution]");
  const excuse = () => kompas.message(kompas.say("failed", "Dit lukte niet. Probeer het nog eens."), "error");

  document.addEventListener("htmx:before:response", (event) => {
    const { ctx } = event.detail;
    if (ctx.response.status < 500) return;
    event.preventDefault();
    if (!waits(ctx)) excuse();
  });

  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    if (!ctx.response) return;
    if (ctx.response.status < 400) kompas.message("");
    else if (!tasks.some((task) => task.type === "oob")) excuse();
  });

  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (ctx && !waits(ctx)) excuse();
  });
})();
