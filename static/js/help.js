// Hulp opens as a sheet in the page; without scripts, or without the sheet, its link goes to a page with the same lines.
(() => {
  let signal = null;
  const sheet = () => document.getElementById("hulp");

  function open() {
    const dialog = sheet();
    if (!dialog?.showModal) return false;
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    dialog.querySelector("h1")?.focus();
    return true;
  }

  // The facilitator can open Hulp on all phones at once: the count goes up. A phone that joins later is left alone.
  function watchSignal() {
    const count = Number(document.getElementById("hulp-signaal")?.dataset.count ?? NaN);
    if (Number.isNaN(count)) return;
    if (signal !== null && count > signal) open();
    signal = count;
  }

  document.addEventListener("click", (event) => {
    const dialog = sheet();
    if (event.target.closest("[data-help]") && open()) event.preventDefault();
    else if (event.target.closest("[data-help-close]") || event.target === dialog) dialog?.close();
  });
  kompas.onPage(watchSignal);
})();
