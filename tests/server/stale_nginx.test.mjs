import { testCompressedEtags, testEtags } from './etag_rows.mjs';
import { startNginx } from './servers.mjs';
import { testStaleClients } from './stale_clients.mjs';

function compressing(configuration) {
    return configuration.replace(/^http \{$/m, '$&\n    gzip on;\n    gzip_types application/json;');
}

testStaleClients('behind nginx', startNginx, 5000);

testEtags('through nginx', startNginx);

// nginx marks a tag as weak, for the bytes are others.
testCompressedEtags('through nginx with gzip', (t) => startNginx(t, { change: compressing }),
    { gzip: (revision) => `W/"${revision}"` });
