// The page follows the session over a socket and asks for its whole scene whenever it may have missed something. Where
// sockets are cut it asks every few seconds instead, and says nothing about that.
(() => {
  const signedOut = 4401;
  const pause = { first: 1000, poll: [2000, 4000], quiet: [45000, 75000] };
  let connected = false;
  let failed = false;
  let ended = false;
  let refused = false;
  let fetching = false;
  let again = false;
  let revision = 0;
  let timer = 0;
  let opening = 0;

  const stream = () => document.getElementById("stroom");

  function revisionIn(text) {
    return Math.max(0, ...Array.from(text.matchAll(/ data-revision="(\d+)"/g), (match) => Number(match[1])));
  }

  function report() {
    kompas.showConnection(failed ? "offline" : connected ? "live" : "polling");
  }

  // Only one scene is under way at a time; asked meanwhile, it is fetched once more, because it may be too old by then.
  async function recover(whole = false) {
    const source = stream();
    if (!source || ended) return;
    if (fetching) {
      again = true;
      return;
    }
    fetching = true;
    try {
      const headers = { "X-Revision": String(whole ? 0 : revision) };
      await take(await kompas.request(source.dataset.scene, { headers }));
    } finally {
      fetching = false; // one block that could not be swapped must not stop the questions for good
    }
    if (!again || ended) return;
    again = false;
    await recover();
  }

  async function take({ status, text }) {
    failed = !status || status >= 500;
    report();
    // A proxy may say 403 or 404 for a while; after the server closed the stream they say: no longer for you.
    if ([401, 410].includes(status) || (refused && [403, 404].includes(status))) finish();
    if (status === 200 && revisionIn(text) > revision) connected = false; // the socket kept this from us
    if (status === 200) revision = newest(text);
    if (status === 200 || ended) await kompas.apply(text);
  }

  // A scene that was made before the last frame arrived is shown, and asked for again: nothing is skipped.
  function newest(text) {
    const found = revisionIn(text);
    if (found && found < revision) again = true;
    return found || revision;
  }

  // hx-ws closes the socket of an element that has left the page.
  function finish() {
    ended = true;
    clearTimeout(timer);
    const source = stream();
    const socket = source?._htmx?.ws?.connection?.socket;
    source?.removeAttribute("hx-ws:connect");
    socket?.close(1000);
  }

  function schedule() {
    clearTimeout(timer);
    const source = stream();
    if (!source || ended || (document.hidden && !source.hasAttribute("data-keep"))) return;
    const [low, high] = connected && !failed ? pause.quiet : pause.poll;
    timer = setTimeout(() => recover().finally(schedule), kompas.between(low, high));
  }

  function recoverNow() {
    if (!document.hidden) recover().finally(schedule);
  }

  async function unpack(blob) {
    return await new Response(blob.stream().pipeThrough(new DecompressionStream("deflate"))).text();
  }

  document.addEventListener("htmx:ws:before:connection", (event) => {
    if (ended) event.preventDefault();
    const { connection } = event.detail;
    // Phones only: they may be on a slow network. One without this (iOS < 16.4) gets plain text.
    if ("DecompressionStream" in window && document.getElementById("mijn") && !connection.url.includes("&ingepakt")) {
      connection.url += "&ingepakt";
    }
    event.detail.connection.config.pauseOnBackground = !event.target.hasAttribute("data-keep");
  });

  // The server's first frame is the whole scene. A socket that is open and says nothing, as some proxies make them, is
  // none: until it speaks the page asks.
  document.addEventListener("htmx:ws:after:connection", () => {
    refused = false;
    clearTimeout(opening);
    opening = setTimeout(recover, pause.first);
    schedule();
  });

  document.addEventListener("htmx:ws:close", ({ detail: { code } }) => {
    connected = false;
    clearTimeout(opening);
    refused = code === signedOut;
    if (refused) recoverNow();
    else schedule();
  });

  // A packed frame waits for its turn like every other: htmx takes them one by one. Who changed something has the same
  // picture as an answer, mostly sooner: it is not drawn twice.
  document.addEventListener("htmx:ws:before:message:incoming", (event) => {
    const { detail } = event;
    const { message } = detail;
    if (typeof message.data === "string") {
      hear(message.data);
      if (kompas.isApplied(message.data)) event.preventDefault();
    } else detail.waitUntil(unpack(message.data).then((text) => hear((message.data = text))));
  });

  function hear(text) {
    const found = revisionIn(text);
    if (found && found < revision) recover(true);
    revision = Math.max(revision, found);
    clearTimeout(opening);
    const quiet = connected && !failed;
    connected = true;
    failed = false;
    if (quiet) return;
    report();
    schedule();
  }

  document.addEventListener("visibilitychange", recoverNow);
  document.addEventListener("kompas:recover", () => recover(true));
  window.addEventListener("online", recoverNow);
  window.addEventListener("offline", recoverNow);
  window.addEventListener("pageshow", (event) => event.persisted && recoverNow());
  document.addEventListener("DOMContentLoaded", () => {
    revision = Number(stream()?.dataset.revision ?? 0);
    if (stream()) report();
    schedule();
  });
})();
