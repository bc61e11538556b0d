// What we use of Express's own content negotiation, which comes without types.
declare module "negotiator" {
  export default class Negotiator {
    constructor(request: { readonly headers: Readonly<Record<string, string | string[] | undefined>> });
    /** The available encodings that are acceptable, the best first; of equals the preferred one. */
    encodings(available: string[], options: { preferred: string[] }): string[];
    /** The available languages that are acceptable, the best first. */
    languages(available: string[]): string[];
  }
}
