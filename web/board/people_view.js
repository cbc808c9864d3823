import { element } from './dom.js';
export function peopleView(keeper) {
    return { node: element('div', {}, 'people'), update() {}, close() {} };
}
