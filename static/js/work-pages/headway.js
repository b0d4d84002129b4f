// How the session keeps to its plan, as live/headway.py says it, between two pushes. It counts on the server's time.
(() => {
  const slack = 120;
  const clock = new Intl.DateTimeFormat("nl", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Amsterdam" });
  let seen = "";
  let offset = 0;

  function said(minutes) {
    const many = `${Math.abs(minutes)} ${Math.abs(minutes) === 1 ? "minuut" : "minuten"}`;
    return minutes > 0 ? `${many} achter` : minutes < 0 ? `${many} voor` : "Op tijd";
  }

  function write(part, text) {
    if (part.textContent.trim() !== text) part.textContent = text;
  }

  function draw() {
    const headway = document.getElementById("tempo");
    if (!headway) return;
    const { now, before, overAt, plannedEnd } = headway.dataset;
    if (seen !== now) offset = Number(now) - Date.now() / 1000;
    seen = now;
    const behind = Number(before) + Math.max(0, Math.floor(Date.now() / 1000 + offset) - Number(overAt));
    const minutes = Math.abs(behind) < slack ? 0 : Math.round(behind / 60);
    const end = clock.format(new Date(1000 * (Number(plannedEnd) + behind))).replace(":", ".");
    write(headway.querySelector("[data-headway-end]"), `${end} uur`);
    const tag = headway.querySelector("[data-headway-said]");
    write(tag, said(minutes));
    tag.classList.toggle("kl-tag--on", minutes <= 0);
  }

  kompas.onPage(draw);
  setInterval(draw, 5000);
})();
