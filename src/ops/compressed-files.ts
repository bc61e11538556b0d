// Static files in the encoding that suits the client: as they are, or a copy beside them that the build has compressed
// (`app.js.br`, `app.js.gz`). The choice is Express's own (negotiator), and so are files, ETags, HEAD and ranges (send).
import { extname } from "node:path";
import express, { type RequestHandler, type Response } from "express";
import Negotiator from "negotiator";

const endings: Readonly<Record<string, string>> = { br: ".br", gzip: ".gz" };
const copy = /\.(?:br|gz)$/;

interface FileOptions {
  /** The file that stands for a folder's path. */
  readonly index: string | false;
  /** Pages that are asked for without their ending, `/host` for `/host.html`. */
  readonly bareNames?: readonly string[];
  /** Headers of every answer, whatever its encoding. */
  readonly setHeaders: (response: Response) => void;
}

/** Serves the files of `folder`, compressed where that is acceptable and there is a copy; passes on what is none. */
export function compressedFiles(
  folder: string,
  { index, bareNames = [], setHeaders }: FileOptions,
): RequestHandler {
  const options = { redirect: false, dotfiles: "ignore", cacheControl: false } as const;
  const plain = express.static(folder, {
    ...options,
    index,
    ...(index === false ? {} : { extensions: ["html"] }),
    setHeaders(response) {
      setHeaders(response);
      response.vary("accept-encoding");
    },
  });
  const copies = express.static(folder, {
    ...options,
    index: false,
    acceptRanges: false, // a part of a compressed file is of use to nobody
    setHeaders(response, path) {
      setHeaders(response);
      response.vary("accept-encoding");
      response.set("content-encoding", path.endsWith(".br") ? "br" : "gzip");
      response.type(extname(path.replace(copy, "")));
    },
  });
  const fileOf = (path: string) => {
    if (path.endsWith("/")) return index === false ? undefined : path + index;
    return bareNames.includes(path) ? `${path}.html` : path;
  };
  return (request, response, next) => {
    const { url, path } = request;
    if (copy.test(path)) return next(); // a copy is no file of its own
    // Nothing that is acceptable is better than no answer: then, too, the file as it is.
    const [best = "identity"] = new Negotiator(request).encodings(["br", "gzip", "identity"], {
      preferred: ["br", "gzip"],
    });
    const [file, ending] = [fileOf(path), endings[best]];
    if (file === undefined || ending === undefined) return plain(request, response, next);
    request.url = file + ending;
    return copies(request, response, (error?: unknown) => {
      request.url = url;
      for (const name of ["content-encoding", "content-type"]) response.removeHeader(name);
      if (error === undefined) plain(request, response, next);
      else next(error);
    });
  };
}
