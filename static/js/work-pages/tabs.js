// Tabs of the desk. The choice is kept by the id of the list, so a morph from the server does not turn the page.
(() => {
  const chosen = new Map();
  const tabsOf = (list) => [...list.querySelectorAll("[role=tab]")];

  function selectedIn(list) {
    const tabs = tabsOf(list);
    return (
      tabs.find((tab) => tab.id === chosen.get(list.id)) ??
      tabs.find((tab) => tab.getAttribute("aria-selected") === "true") ??
      tabs[0]
    );
  }

  function draw(list) {
    const selected = selectedIn(list);
    list.hidden = false;
    for (const tab of tabsOf(list)) {
      const panel = document.getElementById(tab.getAttribute("aria-controls"));
      tab.setAttribute("aria-selected", String(tab === selected));
      tab.tabIndex = tab === selected ? 0 : -1;
      if (panel) panel.hidden = tab !== selected;
    }
  }

  function select(list, tab) {
    chosen.set(list.id, tab.id);
    draw(list);
  }

  function neighbour(list, tab, key) {
    const tabs = tabsOf(list);
    const forward = getComputedStyle(list).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const backward = forward === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
    const steps = { [forward]: 1, [backward]: -1 };
    if (key === "Home") return tabs[0];
    if (key === "End") return tabs.at(-1);
    return steps[key] && tabs.at((tabs.indexOf(tab) + steps[key]) % tabs.length);
  }

  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-tabs] [role=tab]");
    if (tab) select(tab.closest("[data-tabs]"), tab);
  });

  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("[data-tabs] [role=tab]");
    const other = tab && neighbour(tab.closest("[data-tabs]"), tab, event.key);
    if (!other) return;
    event.preventDefault();
    select(tab.closest("[data-tabs]"), other);
    other.focus();
  });

  kompas.onPage(() => document.querySelectorAll("[data-tabs]").forEach(draw));
})();
