// Static files in the encoding that suits the client: as they are, or a copy beside them that the build has compressed
// (`app.js.br`, `app.js.gz`). The choice is Express's own (negotiator), and so are files, ETags, HEAD and ranges (send).
import type { Stats } from "node:fs";
import { extname } from "node:path";
import express, { type Request, type RequestHandler, type Response } from "express";
import Negotiator from "negotiator";

const endings: Readonly<Record<string, string>> = { br: ".br", gzip: ".gz" };
const copy = /\.(?:br|gz)$/;

interface FileOptions {
  /** The file that answers a request whose path names none, as `/host`; undefined for every other request. */
  readonly fileOf?: (request: Request) => string | undefined;
  /** Headers of every answer, whatever its encoding. */
  readonly setHeaders: (response: Response, path: string, stat: Stats) => void;
}

/** Serves the files of `folder`, compressed where that is acceptable and there is a copy; passes on what is none. */
export function compressedFiles(folder: string, { fileOf, setHeaders }: FileOptions): RequestHandler {
  const options = {
    index: false,
    redirect: false,
    dotfiles: "ignore",
    cacheControl: false,
    lastModified: false, // there is an ETag
  } as const;
  const plain = express.static(folder, {
    ...options,
    setHeaders(response, path, stat: Stats) {
      setHeaders(response, path, stat);
      response.vary("accept-encoding");
    },
  });
  const copies = express.static(folder, {
    ...options,
    acceptRanges: false, // a part of a compressed file is of use to nobody
    setHeaders(response, path, stat: Stats) {
      setHeaders(response, path, stat);
      response.vary("accept-encoding");
      response.set("content-encoding", path.endsWith(".br") ? "br" : "gzip");
      response.type(extname(path.replace(copy, "")));
    },
  });
  return (request, response, next) => {
    const { url, path } = request;
    if (copy.test(path)) return next(); // a copy is no file of its own
    // Nothing that is acceptable is better than no answer: then, too, the file as it is.
    const [best = "identity"] = new Negotiator(request).encodings(["br", "gzip", "identity"], {
      preferred: ["br", "gzip"],
    });
    const [file, ending] = [fileOf?.(request) ?? path, endings[best]];
    const back = (error?: unknown, go = next) => {
      request.url = url;
      for (const name of ["content-encoding", "content-type"]) response.removeHeader(name);
      if (error === undefined) go();
      else next(error);
    };
    const asItIs = () => {
      request.url = file;
      plain(request, response, (error?: unknown) => back(error));
    };
    if (ending === undefined || file.endsWith("/")) return asItIs();
    request.url = file + ending;
    return copies(request, response, (error?: unknown) => back(error, asItIs));
  };
}
