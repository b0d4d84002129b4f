// socket.io, from npm: PORT SIZE EVERY.
const { createServer } = require("node:http");
const { Server } = require("socket.io");

const [port, size, every] = process.argv.slice(2).map(Number);
const server = createServer();
const io = new Server(server, { perMessageDeflate: false, pingInterval: 600000, transports: ["websocket"] });
server.listen({ port, host: "127.0.0.1", backlog: 4096 });
setInterval(() => io.emit("m", "x".repeat(size)), every * 1000);
