// The clock of a step counts on the server's time, so a device with a wrong clock shows the same. It is advice: at the end
// nothing closes. A screen reader hears it three times only.
(() => {
  const offsets = new WeakMap();
  const spoken = new WeakMap();

  function offsetOf(clock) {
    const known = offsets.get(clock);
    if (known?.now === clock.dataset.now) return known.offset;
    const offset = Number(clock.dataset.now) - Date.now() / 1000;
    offsets.set(clock, { now: clock.dataset.now, offset });
    return offset;
  }

  function secondsLeft(clock) {
    if (clock.dataset.paused) return Number(clock.dataset.paused);
    return Math.ceil(Number(clock.dataset.until) - Date.now() / 1000 - offsetOf(clock));
  }

  function digits(seconds) {
    const two = (number) => String(number).padStart(2, "0");
    return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  }

  function draw(clock) {
    const left = secondsLeft(clock);
    const face = clock.querySelector("[data-timer-face]") ?? clock;
    const text = left > 0 ? digits(left) : kompas.say("time-up", "De tijd is om");
    if (face.textContent !== text) face.textContent = text;
    clock.toggleAttribute("data-over", left <= 0);
    const meter = clock.querySelector("progress");
    if (meter) meter.value = Math.max(0, Math.min(meter.max, meter.max - left));
    announce(clock, left);
  }

  function announce(clock, left) {
    const before = spoken.get(clock);
    spoken.set(clock, left);
    const status = document.getElementById("klok-status");
    if (before > 0 && left <= 0 && !clock.dataset.paused) document.dispatchEvent(new CustomEvent("kompas:time-up"));
    if (!status || before === undefined || clock.dataset.paused) return;
    const passed = (moment) => before > moment && left <= moment;
    if (passed(300)) status.textContent = kompas.say("five-minutes", "Nog 5 minuten");
    if (passed(60)) status.textContent = kompas.say("one-minute", "Nog 1 minuut");
    if (passed(0)) status.textContent = kompas.say("time-up", "De tijd is om");
  }

  const drawAll = () => document.querySelectorAll("[data-until], [data-paused]").forEach(draw);
  kompas.onPage(drawAll);
  setInterval(drawAll, 1000);
})();
