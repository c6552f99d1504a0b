import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";

const MEDIA_TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
};

interface Asset {
  bytes: Uint8Array<ArrayBuffer>;
  headers: Record<string, string>;
}

function readAsset(folder: string, file: string): [string, Asset] {
  const path = `/${relative(folder, file).split(sep).join("/")}`;
  const bytes = new Uint8Array(readFileSync(file));
  const headers = {
    "content-type": MEDIA_TYPES[extname(file)] ?? "application/octet-stream",
    // Names under /assets carry a hash of the content.
    "cache-control": path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "public, max-age=3600",
    etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`,
  };
  return [path, { bytes, headers }];
}

/**
 * Reads the built browser files once. What is served is what was there: no path is ever looked up on disk.
 * The function answers null for what is no asset.
 */
export function createStaticAssets(folder: string): (request: Request, path: string) => Response | null {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const assets = new Map(files.map((entry) => readAsset(folder, join(entry.parentPath, entry.name))));
  return (request, path) => {
    const asset = assets.get(path);
    if (!asset || (request.method !== "GET" && request.method !== "HEAD")) return null;
    if (request.headers.get("if-none-match") === asset.headers.etag) {
      return new Response(null, { status: 304, headers: asset.headers });
    }
    return new Response(asset.bytes, { headers: asset.headers });
  };
}
