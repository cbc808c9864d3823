import test from 'node:test';

import { testCompressedEtags, testEtags } from './etag_rows.mjs';
import { startChangedLighttpd, startLighttpd } from './servers.mjs';
import { testStaleClients } from './stale_clients.mjs';
import { runTwoTabs } from './two_tabs.mjs';

// An answer is compressed only as a whole.
const compression = `
server.modules += ( "mod_deflate" )
server.stream-response-body := 0
deflate.mimetypes = ( "application/json" )
deflate.allowed-encodings = ( "gzip", "deflate", "br", "zstd" )
`;

function compressing(configuration) {
    return configuration + compression;
}

testStaleClients('behind lighttpd', startLighttpd, 5000);

test('two tabs that share a cookie are never worse than replacing, and everything is kept', async (t) => {
    const { port } = await startLighttpd(t);
    const seed = Date.now() % 2 ** 31;
    for (let round = 0; round < 5; round++) {
        try {
            await runTwoTabs({ port, saves: 30, seed: seed + round });
        } catch (error) {
            error.message += ` (seed ${seed + round})`;
            throw error;
        }
    }
});

testEtags('through lighttpd', startLighttpd);

// mod_deflate marks a tag with the name of the encoding.
testCompressedEtags('through lighttpd with mod_deflate', (t) => startChangedLighttpd(t, compressing), {
    gzip: (revision) => `"${revision}-gzip"`, deflate: (revision) => `"${revision}-deflate"`,
    br: (revision) => `"${revision}-br"`, zstd: (revision) => `"${revision}-zstd"`,
});
