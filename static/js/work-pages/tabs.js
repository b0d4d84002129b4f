// Tabs of the desk. The choice is kept by the id of the list, so a morph from the server does not turn the page; a step
// that comes, or comes again, opens as the server says: on what waits.
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
    chosen.set(list.id, selected.id);
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

  // The way to something leads through the tab that it lies under.
  function follow(link) {
    const target = document.getElementById(link.hash.slice(1));
    const panel = target?.closest("[role=tabpanel]");
    const tab = panel && document.getElementById(panel.getAttribute("aria-labelledby"));
    if (!tab) return;
    select(tab.closest("[data-tabs]"), tab);
    target.focus();
    target.scrollIntoView({ block: "center" });
  }

  function refresh() {
    for (const id of chosen.keys()) if (!document.getElementById(id)) chosen.delete(id);
    document.querySelectorAll("[data-tabs]").forEach(draw);
  }

  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-tabs] [role=tab]");
    const link = event.target.closest('a[href^="#"]');
    if (tab) select(tab.closest("[data-tabs]"), tab);
    if (link) follow(link);
  });

  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("[data-tabs] [role=tab]");
    const other = tab && neighbour(tab.closest("[data-tabs]"), tab, event.key);
    if (!other) return;
    event.preventDefault();
    select(tab.closest("[data-tabs]"), other);
    other.focus();
  });

  kompas.onPage(refresh);
})();

// The menu of a dossier is one row: on a narrow window the page that is open stands in it from the start.
document.querySelector(".kl-bar .kl-nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
