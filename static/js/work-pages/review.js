// The review: how many lines go along and how many questions were read, while somebody ticks.
(() => {
  function count(form) {
    for (const place of document.querySelectorAll("[data-count]")) {
      const ticked = [...form.querySelectorAll(`[name=${place.dataset.count}]`)].filter((box) => box.checked).length;
      if (place.textContent !== String(ticked)) place.textContent = ticked;
    }
  }

  document.addEventListener("change", ({ target }) => target.form?.id === "nakijken" && count(target.form));
  document.addEventListener("kompas:returned", ({ target }) => target.id === "nakijken" && count(target));
})();
