// nginx in front of everything: files as they are, files with the faults that servers have, and the two services that
// speak no CORS themselves.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Foreground, startForeground } from './foreground.ts';
import { programs } from './programs.ts';

export interface Behind {
  /** Served under /files/ and its variants. */
  readonly files: string;
  readonly iipsrvPort: number;
  readonly orthancPort: number;
}

/** `folder`: where nginx may keep what it needs. */
export function startNginx(folder: string, port: number, behind: Behind): Promise<Foreground> {
  mkdirSync(join(folder, 'temp'), { recursive: true });
  const path = join(folder, 'nginx.conf');
  writeFileSync(path, configuration(folder, port, behind));
  return startForeground(programs.nginx, ['-c', path, '-p', folder, '-e', 'stderr'], port);
}

const CORS = `
      add_header Access-Control-Allow-Origin * always;
      add_header Access-Control-Allow-Headers "Accept, Range" always;
      add_header Access-Control-Expose-Headers "Content-Range, Content-Length" always;`;

function configuration(folder: string, port: number, { files, iipsrvPort, orthancPort }: Behind): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/temp/${name};`)
    .join('\n  ');
  return `
daemon off;
worker_processes 1;
${process.getuid?.() === 0 ? 'user root;' : ''}
pid ${folder}/nginx.pid;
events {}
http {
  access_log off;
  ${temporary}
  types { text/xml dzi xml; application/json json; image/png png; image/jpeg jpg jpeg; application/zip zip szi; }
  default_type application/octet-stream;
  server {
    listen 127.0.0.1:${port};
    # Files as a careful server sends them.
    location /files/ { alias ${files}/; ${CORS} }
    # Readable by range, but the length of the whole is hidden from other origins.
    location /hidden-length/ { alias ${files}/; add_header Access-Control-Allow-Origin *; }
    # Whole files only.
    location /no-ranges/ { alias ${files}/; max_ranges 0; ${CORS} }
    # Other origins may not read.
    location /no-cors/ { alias ${files}/; }
    # A thin line.
    location /slow/ { alias ${files}/; limit_rate 256k; ${CORS} }
    # Descriptions are there, tiles fail.
    location /failing/ {
      alias ${files}/;
      ${CORS}
      location ~ \\.(png|jpe?g)$ { return 503; ${CORS} }
    }
    location /iip {
      fastcgi_pass 127.0.0.1:${iipsrvPort};
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param REQUEST_URI $request_uri;
      fastcgi_param HTTP_HOST $http_host;
      ${CORS}
    }
    location /dicom-web/ {
      if ($request_method = OPTIONS) { return 204; }
      ${CORS}
      proxy_pass http://127.0.0.1:${orthancPort};
    }
  }
}
`;
}
