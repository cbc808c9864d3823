import { element } from './dom.js';
export function scheduleView(keeper) {
    return { node: element('div', {}, 'schedule'), update() {}, close() {} };
}
