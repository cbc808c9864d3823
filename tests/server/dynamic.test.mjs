// The API of the program that is built where there is no musl.

import path from 'node:path';

import { testApi } from './api_rows.mjs';
import { root, startChangedLighttpd } from './servers.mjs';

const program = path.join(root, 'build-gcc/cgi/schedule.cgi');

testApi('the API of the dynamic program behind lighttpd', (t, { settings = {} } = {}) =>
    startChangedLighttpd(t, (text) => text, { settings: { ...settings, SCHEDULE_PROGRAM: program } }), 10 << 20);
