// The preview on the desk says how many pages the big screen has. One page needs no buttons to turn it. A wide screen has
// room for the least, and the preview is as wide: no other screen has pages where the preview has none.
(() => {
  const preview = () => document.querySelector(".kl-preview iframe");
  let at = { page: 1, pages: 1 };

  function show() {
    if (!preview()) return;
    document.documentElement.classList.toggle("has-one-page", at.pages < 2);
    for (const place of document.querySelectorAll("[data-wall-place]")) place.textContent = `${at.page} van ${at.pages}`;
  }

  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== location.origin || source !== preview()?.contentWindow || !data.pages) return;
    at = data;
    show();
  });
  kompas.onPage(show);
})();
