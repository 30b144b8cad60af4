<?php
// One visitor's requests, as many as the first argument says: each starts the session, counts, and writes it.
session_id('visitor');
for ($turn = 0; $turn < (int) $argv[1]; $turn++) {
    if (!session_start()) { exit(1); }
    $count = $_SESSION['count'] ?? 0;
    usleep(1000);  // long enough for others to come in between, if the lock let them
    $_SESSION['count'] = $count + 1;
    if (!session_write_close()) { exit(2); }
}
if (error_get_last() !== null) { exit(3); }
