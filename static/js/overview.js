// One line of the overview before sending: a theme, its mark and the way back to it.
kompas.overviewItem = (title, mark, onChange) => {
  const shown = Number(mark) ? mark : kompas.say("unknown", "weet ik niet");
  const item = kompas.element("li");
  const text = kompas.element("span", "", title);
  const change = kompas.element("button", "kl-button kl-button--quiet");
  change.type = "button";
  change.setAttribute("aria-label", kompas.say("change-of", "Verander het cijfer voor {title}", { title }));
  change.append(kompas.icon("pencil"), kompas.say("change", "Verander"));
  change.addEventListener("click", onChange);
  text.append(kompas.element("br"), kompas.element("b", "kl-bigmark", shown));
  item.append(text, change);
  return item;
};
