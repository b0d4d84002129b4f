// Marks, one theme on a screen: the mark, then "one point higher", and at the end an overview to check and send. Without
// scripts the same form is one long page.
(() => {
  const places = new WeakMap();
  const pagesOf = (form) => [...form.querySelectorAll("[data-page]")];
  const part = (form, name) => form.querySelector(`[data-pager-${name}]`);
  const markOf = (page) => page.querySelector("[data-mark] input[type=radio]:checked")?.value ?? "";

  function hasHigher(page) {
    const mark = Number(markOf(page));
    return Boolean(page.querySelector("[data-higher]")) && mark >= 1 && mark < 10;
  }

  function start(form) {
    const pages = pagesOf(form);
    const open = pages.findIndex((page) => !markOf(page));
    return { index: open < 0 ? pages.length : open, higher: false, changing: false };
  }

  function placeOf(form) {
    if (!places.has(form)) places.set(form, start(form));
    return places.get(form);
  }

  function next(form) {
    const place = placeOf(form);
    const page = pagesOf(form)[place.index];
    if (!page) return;
    if (!markOf(page)) return complain(form);
    if (!place.higher && hasHigher(page)) place.higher = true;
    else goTo(form, place.changing ? pagesOf(form).length : place.index + 1);
    arrive(form);
  }

  function back(form) {
    const place = placeOf(form);
    const before = pagesOf(form)[place.index - 1];
    if (place.higher) place.higher = false;
    else if (before) Object.assign(place, { index: place.index - 1, higher: hasHigher(before), changing: false });
    arrive(form);
  }

  function goTo(form, index, changing = false) {
    Object.assign(placeOf(form), { index, higher: false, changing });
  }

  // To the page of one field, to change what stands there.
  function seek({ target }) {
    const form = target.closest("form[data-pager]");
    const page = target.closest("[data-page]");
    if (!form || !page) return;
    goTo(form, pagesOf(form).indexOf(page), true);
    placeOf(form).higher = Boolean(target.closest("[data-higher]"));
    draw(form);
  }

  function complain(form) {
    part(form, "error").textContent = kompas.say("choose-mark", "Kies een cijfer. Of tik op Weet ik niet.");
  }

  function arrive(form) {
    draw(form);
    const headings = [...form.querySelectorAll("h1, h2, h3, legend")].filter((heading) => heading.offsetParent);
    headings[0]?.setAttribute("tabindex", "-1");
    headings[0]?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  function draw(form) {
    const pages = pagesOf(form);
    const { index, higher } = placeOf(form);
    const atEnd = index >= pages.length;
    pages.forEach((page, number) => drawPage(page, number === index, higher));
    drawProgress(form, pages, index);
    part(form, "error").textContent = "";
    part(form, "buttons").hidden = atEnd;
    part(form, "back").hidden = index === 0 && !higher;
    part(form, "overview").hidden = !atEnd;
    part(form, "submit").hidden = !atEnd;
    if (atEnd) drawOverview(form, pages);
  }

  function drawPage(page, current, higher) {
    page.hidden = !current;
    const question = page.querySelector("[data-higher]");
    page.querySelector("[data-mark]").hidden = higher;
    if (question) question.hidden = !higher;
    const text = question?.querySelector("[data-higher-text]");
    const mark = Number(markOf(page));
    if (current && higher && text) {
      const values = { mark, higher: mark + 1 };
      text.textContent = kompas.say("higher", "Jij gaf een {mark}. Wat is er nodig voor een {higher}?", values);
    }
  }

  function drawProgress(form, pages, index) {
    const progress = part(form, "progress");
    progress.hidden = index >= pages.length;
    const words = { number: index + 1, count: pages.length };
    part(form, "place").textContent = kompas.say("place", "Thema {number} van {count}", words);
    const steps = pages.map((_, number) => kompas.element("i", number <= index ? "is-on" : ""));
    progress.querySelector(".kl-progress").replaceChildren(...steps);
  }

  function drawOverview(form, pages) {
    const items = pages.map((page, index) =>
      kompas.overviewItem(page.dataset.page, markOf(page), () => {
        goTo(form, index, true);
        arrive(form);
      }),
    );
    part(form, "list").replaceChildren(...items);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pager-next], [data-pager-back]");
    const form = button?.closest("form[data-pager]");
    if (form) (button.matches("[data-pager-next]") ? next : back)(form);
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("form[data-pager]");
    if (form) part(form, "error").textContent = "";
  });

  document.addEventListener("kompas:seek", seek);

  // Enter in a text field means "next", not "send".
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches("form[data-pager]") || placeOf(form).index >= pagesOf(form).length) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      next(form);
    },
    true,
  );

  kompas.onPage(() => document.querySelectorAll("form[data-pager]").forEach(draw));
})();
