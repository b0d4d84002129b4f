// What a browser says of a field that is empty or wrong comes in its own language: here it speaks ours.
(() => {
  function reason({ validity, type }) {
    if (!validity.valueMissing) return kompas.say("does-not-fit", "Dit klopt nog niet. Kijk het nog eens na.");
    if (type === "radio" || type === "checkbox") return kompas.say("choose-first", "Kies er eerst een.");
    return kompas.say("fill-in", "Vul dit nog in.");
  }

  // Looked at anew at each try: a field that has a message of ours would stay wrong for good.
  function forget({ target }) {
    for (const field of target.form?.elements ?? []) field.setCustomValidity?.("");
  }

  document.addEventListener(
    "invalid",
    ({ target }) => {
      target.setCustomValidity("");
      if (!target.validity.valid) target.setCustomValidity(reason(target));
    },
    true,
  );
  for (const sign of ["input", "change"]) document.addEventListener(sign, forget, true);
})();
