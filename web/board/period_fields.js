// The two dates of an item, with what lies between them.

import { mondayOf, weekday } from './dates.js';
import { element } from './dom.js';
import { DateField } from './form_fields.js';
import { texts } from './language.js';

const t = texts({
    days: [(days, working) => `共 ${days} 天，其中工作日 ${working} 天`,
        (days, working) => `${days} ${days === 1 ? 'day' : 'days'}, ${working} of them working days`],
    endFirst: ['结束日期早于开始日期', 'The end is before the start'],
});

// -> { start, end, node }, two fields and the node that holds both.
export function periodFields() {
    const start = new DateField('startDate');
    const end = new EndField(start);
    const length = element('output', { class: 'detail' });
    start.onchange = end.onchange = () => {
        length.textContent = lengthShown(start.day, end.day);
        end.recheck();
    };
    return { start, end, node: element('div', { class: 'editor-period' }, start.node, end.node, length) };
}

class EndField extends DateField {
    #start;

    constructor(start) {
        super('endDate');
        this.#start = start;
    }

    get isBeforeStart() {
        return this.day !== null && this.#start.day !== null && this.day < this.#start.day;
    }

    problem(isNeeded) {
        const isWrong = this.isBeforeStart && (isNeeded || this.#start.isTouched);
        return super.problem(isNeeded) ?? (isWrong ? t('endFirst') : null);
    }

    // One that is before the start is told of at once.
    recheck() {
        if (this.isBeforeStart)
            this.check(true);
        else
            super.recheck();
    }
}

function lengthShown(start, end) {
    if (start === null || end === null || end < start)
        return '';
    const weeks = (mondayOf(end) - mondayOf(start)) / 7;
    const working = weeks * 5 + Math.min(weekday(end) + 1, 5) - Math.min(weekday(start), 5);
    return t('days', end - start + 1, working);
}
