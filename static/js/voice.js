// Read aloud with a voice that lives on the device: what people are asked here is not sent to anybody's cloud.
(() => {
  const speech = window.speechSynthesis;

  function voice() {
    const language = document.documentElement.lang.slice(0, 2);
    return speech?.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(language));
  }

  function refresh() {
    const able = Boolean(voice());
    for (const button of document.querySelectorAll("[data-speak]")) button.hidden = !able;
  }

  function textOf(root) {
    const parts = [...root.querySelectorAll("h1, legend, [data-say]")].filter((part) => part.offsetParent);
    return parts.map((part) => part.textContent.trim().replace(/\s+/g, " ")).join(". ");
  }

  function toggle(button) {
    const busy = speech.speaking;
    speech.cancel();
    const root = document.querySelector(button.dataset.speak || "#hoofd");
    if (busy || !root) return;
    const utterance = new SpeechSynthesisUtterance(textOf(root));
    utterance.voice = voice();
    utterance.lang = utterance.voice.lang;
    speech.speak(utterance);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-speak]");
    if (button) toggle(button);
  });
  document.addEventListener("htmx:before:swap", ({ detail: { tasks } }) => {
    if (tasks.some((task) => task.target?.id === "stap")) speech?.cancel();
  });
  speech?.addEventListener?.("voiceschanged", refresh);
  kompas.onPage(refresh);
})();
