//! Dates of the civil calendar, in UTC, from seconds since 1970.

/// The moment by which things are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Seconds since 1970, UTC.
    pub now: i64,
    /// Seconds in which the end of a certificate is soon.
    pub expires_within: i64,
}

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// The day of `seconds` since 1970, as ISO 8601 writes it: `2026-01-31`.
#[must_use]
pub fn day(seconds: i64) -> String {
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

/// The moment of `seconds` since 1970, as RFC 3339 §5.6 writes it: `2026-01-31T12:00:00Z`.
#[must_use]
pub fn rfc3339(seconds: i64) -> String {
    let time = seconds.rem_euclid(DAY);
    format!("{}T{:02}:{:02}:{:02}Z", day(seconds), time / 3600, time / 60 % 60, time % 60)
}

/// Year, month and day of the day that is `days` after 1970-01-01. A year is taken to begin in March,
/// so that the day that not every year has is its last one.
fn civil(days: i64) -> (i64, i64, i64) {
    /// Days of 400 years, of which 97 are leap years.
    const ERA: i64 = 146_097;
    // From 0000-03-01 on.
    let days = days + 719_468;
    let of_era = days.rem_euclid(ERA);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // Five months from March on have 153 days, and so again from August on.
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + days.div_euclid(ERA) * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_what_date_prints() {
        // `date -u -d @SECONDS +%FT%TZ`
        for (seconds, moment) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
            (-62_167_219_200, "0000-01-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds), moment);
        }
    }

    #[test]
    fn each_day_follows_the_one_before() {
        let mut before = civil(-800_000);
        for days in -799_999..800_000 {
            let (year, month, day) = civil(days);
            let (last_year, last_month, last_day) = before;
            let is_next = match (day, month) {
                (1, 1) => (last_month, last_day) == (12, 31) && year == last_year + 1,
                (1, _) => month == last_month + 1 && last_day >= 28 && year == last_year,
                _ => day == last_day + 1 && month == last_month && year == last_year,
            };
            assert!(is_next, "{before:?} then {:?}", (year, month, day));
            before = (year, month, day);
        }
    }
}
