// An edit that is told in words, with its way back.

import { texts } from './language.js';
import { noticeShow } from './notices.js';

const t = texts({ undo: ['撤销', 'Undo'] });

// Edits as the keeper does and says what was done, as long as it is the last edit; or why it could not be. -> whether
// anything changed.
export function editTold(keeper, name, change, text = name) {
    try {
        if (!keeper.edit(name, change))
            return false;
    } catch (error) {
        if (!(error instanceof TypeError))
            throw error;
        noticeShow(error.message, { isFailure: true });
        return false;
    }
    const close = noticeShow(text, { action: { text: t('undo'), run: () => keeper.undo() } });
    keeper.addEventListener('change', function changed({ detail }) {
        if (detail !== 'edit')
            return;
        keeper.removeEventListener('change', changed);
        close();
    });
    return true;
}
