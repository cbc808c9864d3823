import { testCompressedEtags, testEtags } from './etag_rows.mjs';
import { startNginx } from './servers.mjs';
import { testStaleClients } from './stale_clients.mjs';

testStaleClients('behind nginx', startNginx, 2000);

testEtags('through nginx', startNginx);

// nginx marks a tag as weak, for the bytes are others.
testCompressedEtags('through nginx with gzip', startNginx, { gzip: (revision) => `W/"${revision}"` });
