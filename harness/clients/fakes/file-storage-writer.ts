// Writes one key of a file storage again and again, until it is killed. Says when it has begun.
import { fileStorage } from "./file-storage.ts";

const storage = fileStorage(process.argv[2] as string);
storage.setItem("key", "a".repeat(256));
process.send?.("begun");
setImmediate(function write() {
  for (let n = 0; n < 100; n++) storage.setItem("key", (n % 2 === 0 ? "a" : "b").repeat(256));
  setImmediate(write);
});
