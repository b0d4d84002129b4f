// What the other files in this folder share. The server joins them by name, so this one comes first.
const kompas = (() => {
  const afterEverySwap = [];

  // Work that has to run on load and after every swap; it must give the same result when it runs twice.
  function onPage(work) {
    afterEverySwap.push(work);
  }

  function refresh() {
    for (const work of afterEverySwap) work();
  }

  // The words of a language are JSON in <meta name="kompas-words">; what is missing there is said in Dutch.
  function readWords() {
    const meta = document.querySelector('meta[name="kompas-words"]');
    return meta ? JSON.parse(meta.content) : {};
  }

  function say(key, dutch, values = {}) {
    words ??= readWords();
    return (words[key] ?? dutch).replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  // A text with a number, `{count}`: the words of a language have one for each of its plural forms.
  function count(key, number, one, many) {
    words ??= readWords();
    const forms = words[key];
    const form = forms?.[new Intl.PluralRules(document.documentElement.lang).select(number)] ?? forms?.other;
    return (form ?? (number === 1 ? one : many)).replaceAll("{count}", number);
  }

  // Puts blocks in the page the same way an answer or a frame of htmx would.
  function apply(text) {
    const target = document.body;
    return htmx.swap({ sourceElement: target, target, swap: "none", text, transition: false });
  }

  function show(id, text, kind = "info") {
    const place = document.getElementById(id);
    if (!place) return;
    place.className = `kl-message kl-message--${kind}`;
    if (place.textContent === text) return;
    place.replaceChildren();
    if (text) place.append(icon(kind === "error" ? "warn" : "info"), element("span", "", text));
  }

  function message(text, kind) {
    show("melding", text, kind);
  }

  function element(tag, className = "", text = "") {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function icon(name) {
    const space = "http://www.w3.org/2000/svg";
    const drawing = document.createElementNS(space, "svg");
    const use = document.createElementNS(space, "use");
    const sprite = document.querySelector("use")?.getAttribute("href").split("#")[0] ?? "/static/icons.svg";
    drawing.setAttribute("class", "kl-icon");
    drawing.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${sprite}#i-${name}`);
    drawing.append(use);
    return drawing;
  }

  function between(low, high) {
    return low + Math.random() * (high - low);
  }

  let words = null;
  // Settling is the moment just before the new content is painted, also inside a view transition.
  document.addEventListener("htmx:after:settle", refresh);
  document.addEventListener("DOMContentLoaded", refresh);

  return { onPage, refresh, say, count, apply, show, message, element, icon, between };
})();

// Everything that stays on the device, in one place: only for this tab, and gone with one call.
kompas.store = (() => {
  const prefix = "kompas:";
  let closed = false;

  function read(key, otherwise) {
    try {
      return JSON.parse(sessionStorage.getItem(prefix + key)) ?? otherwise;
    } catch {
      return otherwise;
    }
  }

  function write(key, value) {
    if (closed) return;
    try {
      if (value == null) sessionStorage.removeItem(prefix + key);
      else sessionStorage.setItem(prefix + key, JSON.stringify(value));
    } catch {
      // A private window may refuse storage: people can go on, only without a safety net.
    }
  }

  // After Snel weg no late keystroke or retry may write again.
  function wipe() {
    closed = true;
    for (const place of ["sessionStorage", "localStorage"]) {
      try {
        window[place].clear();
      } catch {
        // Refused storage holds nothing either.
      }
    }
  }

  return { read, write, wipe };
})();
