puts "1" + "2"
puts "`` ```` ``"
