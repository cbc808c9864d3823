import { element } from './dom.js';
export function settingsView(keeper) {
    return { node: element('div', {}, 'settings'), update() {}, close() {} };
}
