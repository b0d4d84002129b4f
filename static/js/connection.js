// One short request with a limit, and the line that says how the connection is. Nothing here ever throws: a phone that
// cannot reach the server has status 0.
kompas.request = async (url, { headers = {}, ...options } = {}, patience = 10000) => {
  const abort = new AbortController();
  const limit = setTimeout(() => abort.abort(), patience);
  const asked = { "HX-Request": "true", Accept: "text/html", ...headers };
  try {
    const answer = await fetch(url, { cache: "no-store", signal: abort.signal, headers: asked, ...options });
    return { status: answer.status, text: await answer.text() };
  } catch {
    return { status: 0, text: "" };
  } finally {
    clearTimeout(limit);
  }
};

// Polling says "Verbonden" too: that a school's proxy cuts sockets is no news to the person with the phone.
kompas.showConnection = (() => {
  let before = "";

  return (state) => {
    const offline = state === "offline";
    const line = document.getElementById("verbinding");
    if (line) {
      line.hidden = false;
      line.dataset.state = state;
      line.classList.toggle("kl-status--ok", !offline);
    }
    const banner = document.getElementById("geen-verbinding");
    kompas.show("geen-verbinding", offline ? banner?.dataset.text : "");
    if (before === "offline" && !offline) document.dispatchEvent(new CustomEvent("kompas:connected"));
    before = state;
  };
})();
