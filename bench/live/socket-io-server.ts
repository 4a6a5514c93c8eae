import { createServer } from "node:http";
import { Server } from "socket.io";

// A process of its own: socket.io as its documentation has it, with a room for everybody and one for each person, over WebSocket alone. It takes everybody
// for whom they say they are. `POST /broadcast` tells everybody, `POST /disconnect` ends somebody's connections, both as an operator would over HTTP. Sends
// its port to the process that started it, and ends with that.

const http = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  if (pathname === "/broadcast") io.to("workspace").emit("broadcast", { message: searchParams.get("message") });
  else if (pathname === "/disconnect") io.in(`user:${searchParams.get("user")}`).disconnectSockets(true);
  response.writeHead(204).end();
});
const io = new Server(http, { transports: ["websocket"], serveClient: false, perMessageDeflate: false });
io.on("connection", async (socket) => {
  await socket.join(["workspace", `user:${String(socket.handshake.query.user)}`]);
});

http.listen(0, "127.0.0.1", () => {
  const address = http.address();
  process.send?.(typeof address === "object" ? address?.port : null);
});
process.on("disconnect", () => process.exit());
