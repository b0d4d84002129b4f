// A soft sound at the desk when the time of a step is up, unless somebody switched it off.
(() => {
  let context = null;

  function ring() {
    context ??= new AudioContext();
    const tone = context.createOscillator();
    const volume = context.createGain();
    const start = context.currentTime;
    tone.frequency.value = 523;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.12, start + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 1.2);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 1.2);
  }

  document.addEventListener("kompas:time-up", () => {
    if (document.getElementById("geluid") && kompas.chosen("geluid")) ring();
  });
})();
