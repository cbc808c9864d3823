import { element } from './dom.js';
export function historyView(keeper) {
    return { node: element('div', {}, 'history'), update() {}, close() {} };
}
