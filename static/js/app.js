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
    applied = text;
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

  // A button with a bin and nothing else.
  function bin(onPress) {
    const made = element("button", "kl-icon-button");
    made.type = "button";
    made.setAttribute("aria-label", say("discard", "Haal deze kaart weg"));
    made.append(icon("trash"));
    made.addEventListener("click", onPress);
    return made;
  }

  function questionNow() {
    return document.querySelector("#stap h1")?.textContent.trim() ?? "";
  }

  function between(low, high) {
    return low + Math.random() * (high - low);
  }

  // Once, and only for the frame that comes next: after another one that text is not what the page shows.
  function isApplied(text) {
    const same = text === applied;
    applied = "";
    return same;
  }

  let applied = "";
  let words = null;
  // Settling is the moment just before the new content is painted, also inside a view transition.
  document.addEventListener("htmx:after:settle", refresh);
  document.addEventListener("DOMContentLoaded", refresh);

  return { onPage, refresh, say, count, apply, isApplied, show, message, element, icon, bin, questionNow, between };
})();

// Everything that stays on the device, in one place, and gone with one call. What somebody wrote on a phone outlives its
// tab, for as long as that phone takes part; `tab` holds what is of this tab only.
kompas.store = (() => {
  const prefix = "kompas:";
  const onPhone = document.body.classList.contains("kl-phone");
  let closed = false;

  function shelf(place) {
    const refused = new Map(); // a private window may keep nothing: then it stands here as long as the page does
    const names = () => Object.keys(window[place]).filter((name) => name.startsWith(prefix));

    function read(key, otherwise) {
      try {
        return JSON.parse(window[place].getItem(prefix + key)) ?? refused.get(key) ?? otherwise;
      } catch {
        return refused.get(key) ?? otherwise;
      }
    }

    function write(key, value) {
      if (closed) return;
      refused.delete(key);
      try {
        if (value == null) window[place].removeItem(prefix + key);
        else window[place].setItem(prefix + key, JSON.stringify(value));
      } catch {
        if (value != null) refused.set(key, value);
      }
    }

    // The keys that begin like this.
    function keys(start = "") {
      try {
        return [...names().map((name) => name.slice(prefix.length)), ...refused.keys()].filter((key) =>
          key.startsWith(start),
        );
      } catch {
        return [...refused.keys()].filter((key) => key.startsWith(start));
      }
    }

    // Whose it was is remembered: a session that goes on finds its phone again.
    function empty() {
      for (const key of keys()) if (key !== "owner") write(key, null);
    }

    return { read, write, keys, empty };
  }

  const tab = shelf("sessionStorage");
  const words = onPhone ? shelf("localStorage") : tab;

  // `token` is the half that a script can see; what is kept of it leads nobody back. Somebody else on this device, or the
  // same person in another session: what stands here is not theirs to read.
  function claim(token) {
    const owner = token && [...token].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 7);
    if (!onPhone || words.read("owner", "") === owner) return;
    words.empty();
    words.write("owner", owner || null);
  }

  // After Snel weg no late keystroke or retry may write again, in no tab.
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

  window.addEventListener("storage", ({ key }) => (closed ||= key === null));

  return { ...words, tab, claim, wipe };
})();
