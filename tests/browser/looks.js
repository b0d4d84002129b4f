// What somebody with other eyes, hands or settings would run into on a page. Each look returns what is wrong as
// lines that say where, so that an empty list is a page in order.

const shown = (at) =>
  at.checkVisibility({ visibilityProperty: true }) && at.getBoundingClientRect().width > 0;
const named = (at) => (at.getAttribute("aria-label") ?? at.textContent ?? "").trim().slice(0, 40);
const called = (at) =>
  `${at.localName}${at.id && "#" + at.id}.${at.getAttribute("class") ?? ""} "${named(at)}"`;
const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
// Words that only a screen reader has; those of a bar are so on a phone only.
const unseen = (at) => {
  const words = at.closest(".kl-hidden-visually, .kl-bar-words");
  return words && getComputedStyle(words).clipPath !== "none";
};
// A tick or a dot lies under its label: that is what people see and press.
const whole = (at) => (/^(radio|checkbox)$/.test(at.type) && at.closest("label")) || at;
const stops =
  "a[href], button:not(:disabled), input:not([type=hidden], :disabled), select, textarea, summary";
// What holds for an element and is asked for each that lies in it is found out once.
const once = (find) => {
  const known = new Map();
  return (at) => {
    if (!known.has(at)) known.set(at, find(at));
    return known.get(at);
  };
};
const scrolls = once((at) => {
  if (!at || at === document.body) return false;
  return /auto|scroll/.test(getComputedStyle(at).overflowX) || scrolls(at.parentElement);
});

const sticks = once((at) => {
  if (!at) return null;
  return /sticky|fixed/.test(getComputedStyle(at).position) ? at : sticks(at.parentElement);
});
// The parts around an element, itself included, that cut off what is larger.
const around = once((at) => {
  if (!at || at === document.body) return [];
  const { overflowX, overflowY, webkitLineClamp } = getComputedStyle(at);
  const outer = around(at.parentElement);
  if (overflowX === "visible" && overflowY === "visible") return outer;
  return [{ box: at.getBoundingClientRect(), clamps: webkitLineClamp !== "none", overflowY }, ...outer];
});
const seen = (rect, at) => {
  let { left, right, top, bottom } = rect;
  let cut = 0;
  for (const { box, clamps, overflowY } of around(at)) {
    const before = bottom - top;
    [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
    [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
    const lost = 1 - Math.max(0, bottom - top) / before;
    if (overflowY !== "auto" && (clamps ? lost < 0.9 : true)) cut = Math.max(cut, lost);
  }
  return { left, right, top, bottom, cut };
};
// Every line of text as it is seen: what a part cuts off is no part of it.
const lines = once(() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.parentElement;
    if (!node.data.trim() || !shown(at) || unseen(at) || at.closest("svg, option, textarea")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      const high = rect.bottom - rect.top;
      // A letter fills the middle of its line: what is above and below may touch another line.
      const { left, right, top, bottom } = rect;
      const part = seen({ left, right, top: top + high / 5, bottom: bottom - high / 5 }, at);
      if (part.right - part.left > 1) found.push({ ...part, at, node });
    }
  }
  return found;
});
const words = ({ node }) => node.data.trim().replace(/\s+/g, " ").slice(0, 40);

// What has a side of fewer pixels, words within a sentence excepted.
const smaller = (least) => {
  const inText = (at) => at.matches("a") && getComputedStyle(at).display === "inline";
  return all(stops).filter((at) => {
    if (inText(at) || unseen(at)) return false;
    const { width, height } = whole(at).getBoundingClientRect();
    return Math.min(width, height) < least - 0.5;
  }).map((at) => {
    const { width, height } = whole(at).getBoundingClientRect();
    return `${Math.round(width)}x${Math.round(height)} ${called(at)}`;
  }).slice(0, 6);
};

const looks = {
  // What is wider than the window and does not scroll in a part of its own (at 400 %: WCAG 1.4.10).
  sideways() {
    if (document.documentElement.scrollWidth <= innerWidth + 1) return [];
    const end = (at) => Math.round(at.getBoundingClientRect().right);
    return all("body *").filter((at) => !scrolls(at) && !unseen(at) && end(at) > innerWidth + 1)
      .map((at) => `${end(at)}: ${called(at)}`).slice(0, 6);
  },

  // Hulp and Snel weg, where a finger cannot touch them: at the top of the page and at its end.
  out_of_reach() {
    const sheet = document.querySelector("dialog[open]") ?? document;
    const bar = sheet.querySelector(".kl-safe-bar");
    const missed = (where) => [...bar.querySelectorAll("a, button")].filter((at) => {
      const { left, right, top, bottom } = at.getBoundingClientRect();
      const whole = left >= -1 && right <= innerWidth + 1 && top >= -1 && bottom <= innerHeight + 1;
      return !whole || !at.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
    }).map((at) => `${where}: ${called(at)}`);
    const found = [];
    for (const [where, y] of [["end", document.documentElement.scrollHeight], ["top", 0]]) {
      scrollTo(0, y);
      found.push(...missed(where));
    }
    return found;
  },

  // Words that lie on other words or on a drawing. What sticks may lie on what scrolls under it.
  overlapping() {
    const parts = lines().filter(({ top, bottom }) => bottom - top > 1);
    for (const at of all("svg:not(.kl-icon)")) {
      if (at.closest("[aria-hidden=true] svg svg, .kl-brand")) continue;
      const { left, right, top, bottom } = at.getBoundingClientRect();
      parts.push({ left, right, top, bottom, at, drawing: true, stuck: sticks(at) });
    }
    for (const part of parts) part.stuck ??= sticks(part.at);
    parts.sort((one, other) => one.top - other.top);
    const found = [];
    parts.forEach((one, place) => {
      for (const other of parts.slice(place + 1)) {
        if (other.top > one.bottom - 2) break;
        const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        if (wide < 3 || high < 2 || one.node === other.node || one.stuck !== other.stuck) continue;
        if (one.at.contains(other.at) && other.drawing) continue;
        const name = (part) => (part.drawing ? called(part.at) : words(part));
        found.push(`${name(one)} / ${name(other)}`);
      }
    });
    return [...new Set(found)].slice(0, 6);
  },

  // On what does not scroll: words that lose part of a line, leave the window, or lie under something.
  cut() {
    return lines().filter(({ left, right, top, bottom, cut, at }) => {
      if (cut > 0.15 && cut < 0.9) return true;
      if (bottom - top < 1) return cut >= 0.9 && !at.closest("[class*=kl-clamp]");
      if (left < -1 || right > innerWidth + 1 || top < -1 || bottom > innerHeight + 1) return true;
      const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return !hit || !(at.contains(hit) || hit.contains(at));
    }).map((line) => `${Math.round(line.top)}-${Math.round(line.bottom)}: ${words(line)}`).slice(0, 6);
  },

  // Short words that fall apart over two lines: their place is too narrow for them.
  broken() {
    const found = [];
    const count = new Map();
    for (const { node } of lines()) count.set(node, (count.get(node) ?? 0) + 1);
    for (const [node] of [...count].filter(([, rows]) => rows > 1)) {
      // An address breaks anywhere.
      if (node.parentElement.closest(".kl-address, .kl-words, .kl-lines-site, code")) continue;
      const range = document.createRange();
      for (const { 0: word, index } of node.data.matchAll(/[\p{L}\d]{2,12}/gu)) {
        // A part of a longer one, also of one that says where it may break.
        if (/[\p{L}\d\u00ad]/u.test(node.data[index + word.length] ?? "")) continue;
        if (/[\p{L}\d\u00ad/.:]/u.test(node.data[index - 1] ?? "")) continue;
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1)
          found.push(`${word} in: ${words({ node })}`);
      }
    }
    return found.slice(0, 6);
  },

  // At 400 %: what lies behind a bar while it has the focus (WCAG 2.4.11).
  covered() {
    const hit = (at, x, y) => {
      const top = document.elementFromPoint(x, y);
      return top && (at.contains(top) || top.contains(at));
    };
    return all(stops).filter((at) => {
      at.focus();
      if (document.activeElement !== at) return false;
      const { left, right, top, bottom } = whole(at).getBoundingClientRect();
      const xs = [left + 3, (left + right) / 2, right - 3];
      const ys = [top + 3, (top + bottom) / 2, bottom - 3];
      return !xs.some((x) => ys.some((y) => hit(whole(at), x, y)));
    }).map(called).slice(0, 6);
  },

  // What shows nothing when the keyboard gets there (WCAG 2.4.7).
  unfocused() {
    const marked = (at) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at);
      return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow.includes("3px");
    };
    return all(stops).filter((at) => {
      if (at.tabIndex < 0) return false;
      at.focus();
      return document.activeElement === at && !marked(at) && !marked(whole(at));
    }).map(called).slice(0, 6);
  },

  // What loses letters when a reader sets wider text (WCAG 1.4.12).
  clipped() {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
      word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
    const cut = all("body *").filter((at) => {
      if (unseen(at) || at.closest("svg, option, textarea, input, select")) return false;
      if (at.querySelector("iframe")) return false;
      const style = getComputedStyle(at);
      const hides = /hidden|clip/.test(style.overflowX + style.overflowY);
      const tight = at.matches("button, summary, .kl-button, .kl-tag, .kl-choice, .kl-status");
      if (!hides && !tight) return false;
      const wide = at.scrollWidth > at.clientWidth + 2 && at.clientWidth > 0;
      return wide || (hides && at.scrollHeight > at.clientHeight + 2);
    }).map(called).slice(0, 6);
    document.adoptedStyleSheets = [];
    return cut;
  },

  // What is hard to hit with a mouse (WCAG 2.5.8) and with a finger.
  small: () => smaller(24),
  small_for_a_finger: () => smaller(44),

  // What moves for somebody who asked for no motion, and what can only be dragged.
  restless() {
    const name = (one) => `moves: ${one.animationName ?? one.transitionProperty}`;
    const moving = document.getAnimations().map(name);
    const dragged = all("[draggable=true]").map((at) => `is dragged: ${called(at)}`);
    return [...moving, ...dragged];
  },

  // What a screen reader cannot say right: the language, and places that speak inside places that speak.
  mute() {
    const live = "[role=status], [role=alert], [role=log], [aria-live]:not([aria-live=off])";
    const nested = [...document.querySelectorAll(live)].filter((at) => at.parentElement.closest(live));
    const language = /^(nl|en|ar|tr|uk|pl)$/.test(document.documentElement.lang) ? [] : ["no language"];
    const refused = all("input[type=password], [name=code]").filter((at) =>
      !at.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true })));
    return [...language, ...nested.map(called), ...refused.map((at) => `refuses paste: ${called(at)}`)];
  },
};
